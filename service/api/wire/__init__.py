"""What goes over the wire: the only place that knows names that clients see. Answers' views are made from `service/check`."""

"""Make the guide's pages and pictures that follow from the code and from recorded figures: `make reference`."""

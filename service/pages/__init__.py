"""The pages for people: rendered here, the same with and without JavaScript, and nothing comes from another host."""

"""Blog engines behind the `Blog` port."""

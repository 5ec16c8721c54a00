"""The blog's comments and our side of them."""

"""The blog's comments: ours brought in line with what is wanted, and readers' brought into the threads."""

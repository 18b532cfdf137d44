"""The commands of the command line, a file a family; what each does beyond asking and printing lives elsewhere."""

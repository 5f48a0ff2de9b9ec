"""The shape of a definition file: what each member may be."""

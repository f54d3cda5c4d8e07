"""What the workbench does: list, open, export."""

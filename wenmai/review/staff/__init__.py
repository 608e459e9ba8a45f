"""The module's pages in the desk."""

"""Shapes of what officials hand in: workbooks, and the forms of a version."""

"""Homework: the exercises of the chapters, their instant checks, and the solutions."""

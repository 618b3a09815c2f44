"""The checks behind the chapters' exercises, one module per chapter.

from homework.exercises import gradient_descent as exercises

exercises.check("1.1", my_answer)  # says what kind of mistake it sees
exercises.hint("1.1")  # a first hint, and another one each time
"""

"""The exercises of chapter 01, gradient descent: 1.1 to 1.7.

from homework.exercises import gradient_descent as exercises
"""

from .descent_adamw import ADAMW
from .descent_gradients import RIDGE, SOFTMAX
from .descent_steps import NESTEROV, SCHEDULE, STEP_SIZES
from .exercise import ExerciseSet
from .sixty_steps import SIXTY_STEPS

__all__ = ["EXERCISES", "check", "hint"]

EXERCISES = ExerciseSet([STEP_SIZES, RIDGE, NESTEROV, ADAMW, SOFTMAX, SCHEDULE, SIXTY_STEPS])
check = EXERCISES.check
hint = EXERCISES.hint

"""An application of the tests' own, with sealed fields, and a program that works with them."""

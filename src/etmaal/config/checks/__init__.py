"""What the doctor looks at: one function a question."""

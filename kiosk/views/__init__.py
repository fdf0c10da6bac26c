"""The screens: they draw a Picture and say what was touched; what follows is the flow's matter."""

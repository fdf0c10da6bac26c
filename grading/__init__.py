"""Text and answers to grade, topics and sentiment, with reasons: the same on the edge and at HQ.

Nothing is imported here: a kiosk takes `grading.redaction` without the lexicon and the weights.
"""

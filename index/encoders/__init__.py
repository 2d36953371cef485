"""Encoders: texts -> vectors, behind one protocol."""

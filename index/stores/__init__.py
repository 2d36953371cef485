"""Engines that keep and search vectors, behind one protocol."""

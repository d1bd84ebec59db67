"""Tests of understanding: the library in the app's environment, the whole pipeline through a running Rasa."""

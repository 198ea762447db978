"""Reference implementations: the recognizer for nine languages, and, to come, the codec and the flow-matching TTS."""

"""The nine languages, each as one value `LANGUAGE`."""

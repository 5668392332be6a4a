"""How people look at a release: the data book, and its tables as files. Reads only what is published."""

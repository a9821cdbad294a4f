"""Tables as files for other tools: formats, workbooks, texts kept safe, descriptions of columns."""

"""Documents of questions: each section is a question, its table, a chart, and what is not known."""

"""How the weights of relevance come about: older labels, the rows that a fit sees, the fit.

Labels of one reader stand in labels.csv, those of two in readings/ beside this; feature rows of all
of them in label_features.parquet. A build reads none of what stands here.
"""

"""How the weights of relevance come about: labels and readings, their agreement, the fit.

Labels stand in readings.csv (two readers each), second_sample.csv (two readers for most) and
labels.csv (one reader), their feature rows in label_features.parquet. A build reads none of this.
"""

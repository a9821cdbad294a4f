"""How the weights of relevance come about: labels and readings, their agreement, the fit.

Labels stand in labels.csv (one reader) and readings.csv (two readers each), their feature rows in
label_features.csv. A build reads none of this.
"""

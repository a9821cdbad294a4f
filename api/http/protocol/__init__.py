"""HTTP below the routes: middleware, errors as problem+json, negotiation, logs, metrics."""

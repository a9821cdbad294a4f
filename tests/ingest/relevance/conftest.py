"""Invented projects that look like real ones: plain cases of each label, and a bare title."""

from __future__ import annotations

import polars as pl
import pytest

_ROWS = {
    "tailored": {
        "title": "Biomarker-guided personalized treatment of heart failure patients",
        "keywords": "precision medicine; patient stratification; machine learning",
        "objective": "Heart failure patients get the same drugs. We will predict the treatment "
        "response of each patient from biomarkers and clinical data. The project aims to tailor "
        "therapy to individual patients and will validate a risk score for patient stratification "
        "in a clinical trial.",
        "topics": "HORIZON-HLTH-2022-TOOL-11-01",
        "topic_titles": "Medicines that work better with the use of biomarkers",
        "euroscivoc": "/medical and health sciences/clinical medicine/cardiology",
        "legal_basis": "HORIZON.2.1",
    },
    "organoid": {
        "title": "Patient-derived organoids of a monogenic kidney disease",
        "keywords": "organoids; rare disease; gene therapy",
        "objective": "A monogenic disorder damages the kidneys of children. Mutations in one gene "
        "cause the disease and no therapy exists. Patient-derived organoids and transcriptomics "
        "show which pathways fail, and gene therapy vectors are tried on them. Patients may "
        "benefit from new therapies.",
        "topics": "HORIZON-MSCA-2023-PF-01-01",
        "topic_titles": "Postdoctoral Fellowships",
        "euroscivoc": "/natural sciences/biological sciences/genetics/mutation",
        "legal_basis": "HORIZON.1.2",
    },
    "quantum": {
        "title": "Quantum precision sensing with tailored photonic circuits",
        "keywords": "quantum; personalised chips",
        "objective": "We develop tailored quantum circuits that predict the response of materials.",
        "topics": "ERC-2023-STG",
        "topic_titles": "ERC STARTING GRANTS",
        "euroscivoc": "/natural sciences/physical sciences/optics",
        "legal_basis": "HORIZON.1.1",
    },
    "bare": {
        "title": "Personalised medicine for patients with diabetes",
        "topics": "SC1-PM-10-2017",
        "topic_titles": "Comparing the effectiveness of personalised medicine",
    },
}


@pytest.fixture
def projects() -> pl.DataFrame:
    return pl.DataFrame([{"projectID": name, **row} for name, row in _ROWS.items()])

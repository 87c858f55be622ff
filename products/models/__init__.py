"""What exists."""

from products.models.change import Change
from products.models.component import Component, ComponentAlias, SafetyClass
from products.models.fault_code import FaultCode
from products.models.imports import ImportChange, Imported, ImportRefusal, ImportRun
from products.models.investigation import (
    Investigation,
    InvestigationCampaign,
    InvestigationComponent,
    InvestigationProduct,
)
from products.models.official_diagnostic import (
    DiagnosticComponent,
    DiagnosticDocument,
    DiagnosticPart,
    DiagnosticProduct,
    OfficialDiagnostic,
)
from products.models.product import FormerPath, Product, ProductAlias
from products.models.unmatched_name import UnmatchedName, UnmatchedRows

__all__ = [
    "Change",
    "Component",
    "ComponentAlias",
    "DiagnosticComponent",
    "DiagnosticDocument",
    "DiagnosticPart",
    "DiagnosticProduct",
    "FaultCode",
    "FormerPath",
    "ImportChange",
    "ImportRefusal",
    "ImportRun",
    "Imported",
    "Investigation",
    "InvestigationCampaign",
    "InvestigationComponent",
    "InvestigationProduct",
    "OfficialDiagnostic",
    "Product",
    "ProductAlias",
    "SafetyClass",
    "UnmatchedName",
    "UnmatchedRows",
]

"""What every handler stands on: tables, indexes and the storage behind them."""

from .documents import JSON, JSONObject
from .indexes import DuplicateKeyError
from .journal import JournalDocuments
from .shared_storage import StoreUnavailable
from .shared_store import SharedStore
from .storage import Contents, DocumentStorage, MemoryDocuments
from .store import Store
from .table import DocumentTable
from .times import from_stored, to_stored, to_wire, wire

__all__ = [
    "JSON",
    "Contents",
    "DocumentStorage",
    "DocumentTable",
    "DuplicateKeyError",
    "JSONObject",
    "JournalDocuments",
    "MemoryDocuments",
    "SharedStore",
    "Store",
    "StoreUnavailable",
    "from_stored",
    "to_stored",
    "to_wire",
    "wire",
]

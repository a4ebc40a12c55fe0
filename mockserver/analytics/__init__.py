"""The event store and one module per kind of query: a query and a context in, a computed result out."""

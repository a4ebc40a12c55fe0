"""What every handler stands on: tables, indexes and the storage behind them."""

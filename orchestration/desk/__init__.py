"""What a data engineer sees and starts: the stages in Dagster, what begins by itself, and whom it tells."""

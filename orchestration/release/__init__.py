"""From a built file to what readers see: stages 3 to 5, and the way back."""

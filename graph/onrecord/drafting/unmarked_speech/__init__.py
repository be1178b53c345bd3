"""Speech without quotation marks: dialogue by dashes, signatures, speeches as delivered."""

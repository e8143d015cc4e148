"""Operations that access points answer in their own way."""

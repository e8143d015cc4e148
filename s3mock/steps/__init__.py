"""The steps of the gateway that know both how S3 spells and what it means."""

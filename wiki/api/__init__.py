"""The API: `/api/v1/`, one module a resource; `site` puts them together, `protocol` is what all requests share."""

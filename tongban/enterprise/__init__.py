"""Enterprise service (企业服务“三全”): stewards do it for an enterprise under its mandate, free of charge."""

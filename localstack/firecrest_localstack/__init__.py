"""LocalStack without a container engine: Lambda functions as Node processes of the host, and faults on demand."""

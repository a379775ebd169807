"""What LocalStack 4.13.1 lacks against AWS, and what this adds. Each module says which gap it closes."""


def apply() -> None:
    """To be called once, before LocalStack starts."""
    from firecrest_localstack.corrections import (
        cloudformation,
        conditional_deletes,
        departed_clients,
        event_source_mappings,
        function_logs,
        function_processes,
        function_urls,
        replacements,
        whole_reads,
    )
    from firecrest_localstack.faults import endpoint, s3

    function_processes.correct()
    function_logs.correct()
    function_urls.correct()
    event_source_mappings.correct()
    cloudformation.correct()
    conditional_deletes.correct()
    departed_clients.correct()
    replacements.correct()
    whole_reads.correct()
    endpoint.add_endpoints()
    s3.add_handlers()

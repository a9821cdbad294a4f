"""Network analyses over HTTP, answered by one worker process."""

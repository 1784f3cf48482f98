"""What people wish for or report: ideas, issues, statuses."""

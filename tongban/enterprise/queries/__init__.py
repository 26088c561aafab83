"""Reading service projects: the plan, boards, mandates, figures, documents."""

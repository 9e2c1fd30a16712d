"""team-service: accounts and sign-in, teams, the annotators of each job, invitations."""

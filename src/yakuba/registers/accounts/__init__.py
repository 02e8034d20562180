"""口座: banks and branches, and where each person is paid, per programme and source, with its history; append-only."""

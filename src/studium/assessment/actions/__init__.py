"""What changes assessment: write the bank, set papers, sit exams, practise."""

"""Simulated approval (模拟审批): the review of an application whose legal precondition has not come yet."""

"""Construction projects in four stages on one form (工程建设项目审批“四阶段一表单”)."""

{{ filled_by_assembly() }}

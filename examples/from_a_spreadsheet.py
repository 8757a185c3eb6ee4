"""From a spreadsheet to a matching: python examples/from_a_spreadsheet.py MENTORS.csv MENTEES.csv"""

import sys

import mentormatch as mm
from mentormatch import rules as r

GRADES = ["AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4"]
mentors, mentees = sys.argv[1:]

found = mm.suggest_questionnaire(mentors=mentors, mentees=mentees)
print(found)
found = found.edit("grade", options=GRADES, ordered=True, required=True)
found = found.edit("organisation", required=True)
found = found.edit("match_with_similar_identity", id="asks_for_identity")
found = found.confirm()

cohort = mm.Cohort.from_csv(found.questionnaire, mentors=mentors, mentees=mentees, layout=found.layout)
print(cohort.reading)

conditions = [
    r.Ahead("grade", ideal=(1, 2), least=1, most=2),
    r.Differs("organisation"),
    r.When("asks_for_identity", "yes", r.Covers("identity_to_match", by="characteristics")),
]
program = mm.Program("Civil Service", found.questionnaire, rules=[r.Same("profession")], conditions=conditions)
print(program.match(cohort))
